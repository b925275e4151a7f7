/** JSON-RPC: the server, and what a method module needs. */
export { type AllowedOrigins, DEFAULT_ORIGINS, parseOrigins } from './cors.ts'
export * from './errors.ts'
export * from './methods.ts'
export * from './params.ts'
export { checkPort, type RpcServer, type RpcServerOptions, startRpcServer } from './server.ts'
export { createRpcStats, type RpcStats } from './stats.ts'
