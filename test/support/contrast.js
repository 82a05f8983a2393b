// The luminance of a badge's ground, and the least contrast of a text on it (WCAG 2).
(badge) => {
	const canvas = document.createElement("canvas").getContext("2d");
	const ground = rgb(getComputedStyle(badge).backgroundColor);
	const texts = [badge, ...badge.querySelectorAll(".uncached, b")];
	return {
		ground: luminance(ground),
		contrast: Math.min(...texts.map((text) => contrast(ink_of(text))))
	};

	function rgb(color) {
		canvas.fillStyle = color;
		canvas.fillRect(0, 0, 1, 1);
		return [...canvas.getImageData(0, 0, 1, 1).data].slice(0, 3);
	}

	function ink_of(text) {
		const { color, opacity } = getComputedStyle(text);
		const share = text === badge ? 1 : Number(opacity);
		return rgb(color).map((v, i) => ground[i] + share * (v - ground[i]));
	}

	function luminance(color) {
		const [red, green, blue] = color
			.map((v) => v / 255)
			.map((v) => (v <= 0.04045 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4));
		return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
	}

	function contrast(ink) {
		const [less, more] = [luminance(ink), luminance(ground)].sort(
			(a, b) => a - b
		);
		return (more + 0.05) / (less + 0.05);
	}
};
