/** The exit code that asks for a new application process: EX_TEMPFAIL of sysexits.h. */
export const RESTART_CODE = 75;
