/** Built-in subnets by name. */
import type { Subnet } from '@neurite/sdk/mechanism'
import { embed } from './embed/index.ts'

export const SUBNETS: Readonly<Record<string, Subnet>> = { embed }

export { embed }
