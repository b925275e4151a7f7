/** What Prometheus clients of every language tell about their process. */
import type { Family } from './exposition.ts'

export function processFamilies(): Family[] {
  const cpu = process.cpuUsage()
  const memory = process.memoryUsage()
  const gauge = (name: string, help: string, value: number): Family => ({
    name,
    type: 'gauge',
    help,
    samples: [{ value }],
  })
  return [
    {
      name: 'process_cpu_seconds_total',
      type: 'counter',
      help: 'CPU time used, in seconds.',
      samples: [{ value: (cpu.user + cpu.system) / 1e6 }],
    },
    gauge(
      'process_start_time_seconds',
      'Start of the process, seconds since 1970.',
      Math.floor(performance.timeOrigin / 1000),
    ),
    gauge('process_resident_memory_bytes', 'Resident memory, in bytes.', memory.rss),
    gauge('nodejs_heap_size_used_bytes', 'JavaScript heap in use, in bytes.', memory.heapUsed),
    gauge('nodejs_external_memory_bytes', 'Memory of buffers outside the heap, in bytes.', memory.external),
  ]
}
