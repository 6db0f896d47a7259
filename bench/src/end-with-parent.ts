// Ends this process when the bench that started it is gone, however it went: the system closes the channel between the two even
// after a SIGKILL, which leaves the bench no moment to end its servers itself. Started by hand there is no channel, and no end.
process.once("disconnect", () => process.exit());
