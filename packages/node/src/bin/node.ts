#!/usr/bin/env node
/** The executable: `node dist/bin/node.js [flags]`. */
import { tuneHeap } from '../service/heap.ts'
import { runNode } from './index.ts'

tuneHeap()

process.exitCode = await runNode(process.argv.slice(2))
// Idle sockets of clients must not keep a stopped node alive.
process.exit()
