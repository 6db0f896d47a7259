import { onMount } from "holdfast";

/** The live session's first hook. Each hook adds itself to the trail, for the page about hooks. */
export const galleryTrail = onMount(() => ({ trail: ["the live session"] }), { refresh: false });
