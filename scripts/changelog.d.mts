export function released(text: string, version: string, date: Date): string;
