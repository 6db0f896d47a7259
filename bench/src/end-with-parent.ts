// Ends this process when the bench that started it has ended, even by a SIGKILL, which leaves the bench no time to end its
// servers: the system closes the channel between the two. A server that is started by hand has no channel and keeps running.
process.once("disconnect", () => process.exit());
