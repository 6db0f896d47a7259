/** The exit code by which the application's process asks for a new one: EX_TEMPFAIL of sysexits.h. */
export const RESTART_CODE = 75;
