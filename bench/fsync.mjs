// What the disk itself takes: writing 1 MB in place, and bringing it down.
import { closeSync, fdatasyncSync, mkdtempSync, openSync, rmSync, writeSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { median } from './lib.mjs'

/** Milliseconds, medians of 20. */
export function measureFsync() {
  const folder = mkdtempSync(join(tmpdir(), 'neurite-fsync-'))
  const file = openSync(join(folder, 'data'), 'w')
  try {
    const bytes = Buffer.alloc(1e6, 7)
    const write = []
    const fsync = []
    for (let i = 0; i < 20; i++) {
      const started = performance.now()
      writeSync(file, bytes, 0, bytes.length, 0)
      const written = performance.now()
      fdatasyncSync(file)
      write.push(written - started)
      fsync.push(performance.now() - written)
    }
    return { write: median(write), fsync: median(fsync) }
  } finally {
    closeSync(file)
    rmSync(folder, { recursive: true, force: true })
  }
}
