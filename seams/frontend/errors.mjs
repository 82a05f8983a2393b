/** An edit no longer fits the base; the message names the edit, the tree and the anchor. */
export class EditError extends Error {}
