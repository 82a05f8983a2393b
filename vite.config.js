import { svelte } from "@sveltejs/vite-plugin-svelte";
import { defineConfig } from "vite";

export default defineConfig({
	plugins: [svelte()],
	publicDir: false,
	// in tests Node would get Svelte's server side
	resolve: process.env.VITEST ? { conditions: ["browser"] } : undefined,
	test: { include: ["{js,seams}/**/*.test.{ts,mjs}"] },
	logLevel: "warn",
	build: {
		target: "es2022",
		outDir: "build/frontend/chunk",
		emptyOutDir: true,
		rolldownOptions: {
			input: "js/statustracker/static/show_cache_badge.ts",
			preserveEntrySignatures: "strict",
			output: { entryFileNames: "[name]-[hash].js" }
		}
	}
});
