import { vitePreprocess } from "@sveltejs/vite-plugin-svelte";

/** @type {import("@sveltejs/vite-plugin-svelte").SvelteConfig} */
export default {
	preprocess: vitePreprocess(),
	// the styles go where the badge goes, also into a shadow root
	compilerOptions: { css: "injected", runes: true }
};
