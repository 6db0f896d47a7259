export const half = ;  // expect: source_unreadable
