// Whether two functions are the same code but for the names that their modules give to things.
import * as runtime from "svelte/internal/client";

/** @throws at the first node that differs */
export function aligned(left, right) {
	const names = new Names(left.tree, right.tree);
	let nodes = 0;
	same(left.component, right.component, "");
	for (const [mine, theirs] of names.variables()) same(mine, theirs, "");
	return { nodes, names: names.count };

	function same(l, r, where) {
		if (Array.isArray(l) && Array.isArray(r)) {
			if (l.length !== r.length)
				differ(`${l.length} against ${r.length}`, where);
			return l.forEach((node, i) => same(node, r[i], `${where}[${i}]`));
		}
		if (!is_node(l) || !is_node(r)) {
			if (l !== r) differ(`${l} against ${r}`, where);
			return;
		}
		nodes += 1;
		const [mine, theirs] = [name_of(l), name_of(r)];
		if (mine && theirs) {
			if (!names.match(mine, theirs))
				differ(`${mine} against ${theirs}`, where);
			return;
		}
		if (l.type !== r.type) differ(`${l.type} against ${r.type}`, where);
		for (const key of keys_of(l, r)) {
			same(trimmed(key, l[key]), trimmed(key, r[key]), `${where}.${key}`);
		}
	}
}

function differ(what, where) {
	throw new Error(`not the same code: ${what} at ${where}`);
}

/** The base's bundler leaves out a last argument that is null. */
const trimmed = (key, value) =>
	key === "arguments" && value.at(-1)?.raw === "null"
		? value.slice(0, -1)
		: value;

const is_node = (value) => typeof value === "object" && value !== null;

/** A name, also of Svelte's runtime, which sources call `$.name` and chunks `name`. */
function name_of(node) {
	if (node.type === "Identifier") return node.name;
	if (node.type === "MemberExpression" && node.object.name === "$") {
		return `$.${node.property.name}`;
	}
	return undefined;
}

/** Svelte exports some functions by another name than they have. */
const function_name = (name) =>
	name.startsWith("$.") ? runtime[name.slice(2)].name : name;

// where a node is, or how its text was written
const MEANINGLESS = new Set(["start", "end", "raw"]);

const keys_of = (l, r) =>
	Object.keys({ ...l, ...r }).filter((key) => !MEANINGLESS.has(key));

/** as a bundler numbers a name that another module has too */
const without_number = (name) => name.replace(/\$?\d+$/, "");

const is_like = (mine, theirs) =>
	[theirs, without_number(theirs)].includes(mine);

/** Pairs the names of two modules: local ones and the runtime's have to be equal, the
 * modules' own may differ, one to one. */
class Names {
	#mine = new Map();
	#theirs = new Map();

	constructor(left, right) {
		this.left = declared_in(left);
		this.right = declared_in(right);
	}

	get count() {
		return this.#mine.size;
	}

	match(mine, theirs) {
		if (!this.left.has(mine)) return is_like(function_name(mine), theirs);
		if (!this.#mine.has(mine) && !this.#theirs.has(theirs)) {
			this.#mine.set(mine, theirs);
			this.#theirs.set(theirs, mine);
		}
		return this.#mine.get(mine) === theirs && this.#theirs.get(theirs) === mine;
	}

	/** What paired module variables start with: the templates. */
	variables() {
		return [...this.#mine]
			.map(([mine, theirs]) => [this.left.get(mine), this.right.get(theirs)])
			.filter(([mine, theirs]) => mine && theirs);
	}
}

/** name → initial value, of all that a module declares or imports */
function declared_in({ body }) {
	const names = new Map(
		variables_of({ body }).map(({ id, init }) => [id.name, init])
	);
	for (const statement of body) {
		for (const { local } of statement.specifiers ?? [])
			names.set(local.name, null);
		if (statement.id) names.set(statement.id.name, null);
	}
	return names;
}

/** the declarations of a module's own variables */
export const variables_of = ({ body }) =>
	body.flatMap((statement) => statement.declarations ?? []);
