/** How often a process looks for its parent, ms. */
const EVERY_MS = 500;

/**
 * Sends SIGTERM to this process when its parent has ended, so that it does not keep the port. POSIX
 * has no event for it; the process gets another parent. On Windows a parent's number stays, and nothing happens.
 */
export function endWithParent(): void {
  const parent = process.ppid;
  const timer = setInterval(() => {
    if (process.ppid === parent) return;
    clearInterval(timer);
    process.kill(process.pid, "SIGTERM");
  }, EVERY_MS);
  timer.unref();
}
