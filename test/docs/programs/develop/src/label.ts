// src/label.ts
export const label = (count: number): string => `Clicked ${count} times`;
