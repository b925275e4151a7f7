/** Prometheus metrics. */
export * from './exposition.ts'
export * from './node.ts'
export { type MetricsServer, type MetricsServerOptions, startMetricsServer } from './server.ts'
