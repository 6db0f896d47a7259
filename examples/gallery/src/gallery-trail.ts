import { onMount } from "holdfast";

/** The live session's first hook: what runs notes that it did, for the page about hooks. */
export const galleryTrail = onMount(() => ({ trail: ["the live session"] }), { refresh: false });
