/** OpenAI-compatible HTTP in front of the subnets. */
export { ApiError } from './errors.ts'
export type { RateLimit } from './limits.ts'
export { createGateway, type Gateway, type GatewayOptions } from './server.ts'
