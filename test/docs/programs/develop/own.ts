import { startDevelopment } from "holdfast/dev";

const development = await startDevelopment({ main: "src/main.ts", restart: (why) => console.log(`a new process is needed: ${why}`) });
await development.close();
