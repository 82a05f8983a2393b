import { intersection, overlap, type Box, type Obstacle } from "./free_place";

const FIELDS =
	"input, textarea, select, audio, video[controls], iframe, [contenteditable=true]";
const BUTTONS =
	"a[href], button, summary, [role=button], [role=slider], [tabindex='0']";
const PICTURES = "img, svg, canvas, video, meter, progress";
/** What is higher is an area, as to drop files on: a click goes through the badge, and
 * only what is in there must not be hidden. */
const HIGHEST_BUTTON = 100;
const OWN = "[data-testid=status-tracker].hide, .cache-badge";

/** All that someone reads, presses or looks at in one part of the page. */
export function obstacles_in(area: Box, root: Element): Obstacle[] {
	const found: Obstacle[] = [];
	collect(area, root, found);
	return found;
}

function collect(area: Box, element: Element, found: Obstacle[]): void {
	const box = element.getBoundingClientRect();
	if (box.width && box.height && !overlap(area, box)) return;
	if (element.matches(OWN)) return;
	const { display, overflow, visibility } = getComputedStyle(element);
	if (display === "none") return;
	const is_clipped = overflow !== "visible" && display !== "contents";
	const visible = is_clipped ? intersection(area, box) : area;
	if (is_empty(visible)) return;
	const kind = visibility === "visible" ? kind_of(element, box) : null;
	if (kind) found.push({ ...intersection(visible, box), kind });
	if (kind !== "content") collect_inside(visible, element, found);
}

function kind_of(
	element: Element,
	{ height }: DOMRect
): Obstacle["kind"] | null {
	if (element.matches(FIELDS)) return "content";
	if (element.matches(PICTURES)) return "picture";
	if (!element.matches(BUTTONS)) return null;
	return height > HIGHEST_BUTTON ? "picture" : "content";
}

function collect_inside(area: Box, element: Element, found: Obstacle[]): void {
	for (const node of (element.shadowRoot ?? element).childNodes) {
		if (node instanceof Element) collect(area, node, found);
		else if (node instanceof Text && node.data.trim()) {
			const lines = lines_of(node).filter((line) => overlap(area, line));
			for (const line of lines) {
				found.push({ ...intersection(area, line), kind: "content" });
			}
		}
	}
}

function lines_of(text: Text): DOMRect[] {
	const range = document.createRange();
	range.selectNodeContents(text);
	return [...range.getClientRects()].filter(
		({ width, height }) => width > 1 && height > 1
	);
}

const is_empty = ({ left, top, right, bottom }: Box): boolean =>
	left >= right || top >= bottom;
