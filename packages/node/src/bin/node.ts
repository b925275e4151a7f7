#!/usr/bin/env node
/** The executable: `node dist/bin/node.js [flags]`. */
import { setFlagsFromString } from 'node:v8'
import { runNode } from './index.ts'

// The heap is collected at 1.4 times what lives instead of twice: a third less memory for a few percent of the time.
setFlagsFromString('--heap-growing-percent=40')

process.exitCode = await runNode(process.argv.slice(2))
// Idle sockets of clients must not keep a stopped node alive.
process.exit()
