/**
 * Loaded into each process of the network (`node --import`): ends it when its standard input ends, which the supervisor
 * holds open as long as it lives. Thus nothing stays behind when the supervisor is killed.
 */
let told = false

function end(): void {
  if (told) return
  told = true
  process.kill(process.pid, 'SIGTERM')
}

process.stdin.on('end', end)
process.stdin.on('close', end)
process.stdin.on('error', end)
process.stdin.resume()
// It listens, but does not keep a process alive that is done.
;(process.stdin as { unref?: () => void }).unref?.()
