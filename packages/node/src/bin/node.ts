#!/usr/bin/env node
/** The executable: `node dist/bin/node.js [flags]`. */
import { runNode } from './index.ts'

process.exitCode = await runNode(process.argv.slice(2))
// Idle sockets of clients must not keep a stopped node alive.
process.exit()
