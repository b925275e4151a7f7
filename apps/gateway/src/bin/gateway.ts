#!/usr/bin/env node
/** The gateway as a program. */
import { keypairFromSuri } from '@neurite/primitives/keyring'
import { SUBNETS } from '@neurite/subnets'
import { commonConfig, log, openChainView, persist, readConfig, runProgram, say, textOf } from '@neurite/subnets/host'
import { z } from 'zod'
import { createGateway } from '../index.ts'

const config = z.object({
  ...commonConfig,
  subnet: z.enum(Object.keys(SUBNETS) as [string, ...string[]]).default('embed'),
  host: z.string().default('127.0.0.1'),
  port: z.int().min(0).max(65_535).default(8_080),
  apiKeys: z.array(z.string().min(1)).optional(),
  rateLimit: z.object({ perMinute: z.number().positive(), burst: z.number().min(1) }).optional(),
})

runProgram(async (stopped) => {
  const { chain: url, netuid, hotkey, subnet, host, port, apiKeys, rateLimit } = readConfig(config)
  const chain = await persist('connecting to the chain', () => openChainView(url), stopped)
  if (chain === undefined) return undefined
  const gateway = await createGateway({
    subnet: SUBNETS[subnet]!,
    netuid,
    keypair: keypairFromSuri(hotkey),
    chain,
    ...(apiKeys === undefined ? {} : { apiKeys }),
    ...(rateLimit === undefined ? {} : { rateLimit }),
    onError: (error) => log(textOf(error)),
  })
  say({ type: 'ready', port: await gateway.listen({ host, port }) })
  return async () => {
    await gateway.close()
    chain.close()
  }
})
