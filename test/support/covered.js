// What the badges hide of all that can be read, pressed or looked at: of each badge that
// hides something, the text of its output and what is below it.
() => {
	const CONTENT =
		"button, a[href], input, textarea, select, svg, canvas, video, audio, img, iframe";
	// A higher button is an area to drop files on, as a table is: a click goes through
	// the badge, and only what is in the area must not be hidden.
	const HIGHEST_BUTTON = 100;
	const badges = [...document.querySelectorAll(".cache-badge")].filter(
		is_shown
	);
	const contents = [...document.querySelectorAll("body *")]
		.filter((element) => !element.closest(OWN()) && is_shown(element))
		.flatMap(boxes_of);
	return badges.flatMap((badge) => {
		const box = badge.getBoundingClientRect();
		const rivals = badges
			.filter((other) => other !== badge)
			.map((other) => ({ what: "badge", box: other.getBoundingClientRect() }));
		const hidden = [...contents, ...rivals].filter((content) =>
			overlap(box, content.box)
		);
		const output = badge.parentElement.textContent.trim().slice(0, 40);
		return hidden.map(({ what }) => `${output}: ${what}`);
	});

	function OWN() {
		return ".cache-badge, [data-testid=status-tracker], script, style";
	}

	function is_shown(element) {
		return element.checkVisibility({ visibilityProperty: true });
	}

	function boxes_of(element) {
		const boxes = [...element.childNodes]
			.filter((node) => node.nodeType === Node.TEXT_NODE && node.data.trim())
			.flatMap((text) => lines_of(text).map((box) => [text.data.trim(), box]));
		if (element.matches(CONTENT) && !is_area(element)) {
			boxes.push([element.tagName, element.getBoundingClientRect()]);
		}
		return boxes
			.map(([what, box]) => ({ what, box: visible_part(element, box) }))
			.filter(
				({ box }) => box.right - box.left > 1 && box.bottom - box.top > 1
			);
	}

	function is_area(element) {
		const { height } = element.getBoundingClientRect();
		return element.matches("button") && height > HIGHEST_BUTTON;
	}

	function lines_of(text) {
		const range = document.createRange();
		range.selectNodeContents(text);
		return [...range.getClientRects()];
	}

	/** without what its ancestors clip, but the window itself */
	function visible_part(element, { left, top, right, bottom }) {
		let part = { left, top, right, bottom };
		for (
			let next = element;
			next !== document.body;
			next = next.parentElement
		) {
			if (getComputedStyle(next).overflow === "visible") continue;
			const outer = next.getBoundingClientRect();
			part = {
				left: Math.max(part.left, outer.left),
				top: Math.max(part.top, outer.top),
				right: Math.min(part.right, outer.right),
				bottom: Math.min(part.bottom, outer.bottom)
			};
		}
		return part;
	}

	function overlap(one, other) {
		return (
			one.left < other.right - 0.5 &&
			other.left < one.right - 0.5 &&
			one.top < other.bottom - 0.5 &&
			other.top < one.bottom - 0.5
		);
	}
};
