// src/client.ts
import { connect } from "holdfast/client";
import { Chart } from "./views/chart.hook.js";

connect({ hooks: { Chart } });
