// Prints `N passed, N failed, N skipped` as the last line of a test run, for people and for scripts.

/** A vitest reporter; it must stand last in the list of reporters. */
export default class CiReporter {
  onTestRunEnd(modules, unhandledErrors) {
    const count = { passed: 0, failed: 0, skipped: 0 };
    for (const module of modules) {
      for (const test of module.children.allTests()) {
        const { state } = test.result();
        // A test that never came to its end has not passed.
        count[state === "pending" ? "failed" : state]++;
      }
      // A file that cannot be loaded has no tests at all, a hook that throws belongs to none: both are failures.
      const suites = [module, ...module.children.allSuites()];
      count.failed += suites.filter((suite) => suite.errors().length > 0).length;
    }
    count.failed += unhandledErrors.length;
    process.stdout.write(`${count.passed} passed, ${count.failed} failed, ${count.skipped} skipped\n`);
  }
}
