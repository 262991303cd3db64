type Child = Node | string;

/** An element with text and children. What others have written only ever becomes text. */
export function h<Tag extends keyof HTMLElementTagNameMap>(
  tag: Tag,
  attributes: Readonly<Record<string, string>> = {},
  ...children: readonly Child[]
): HTMLElementTagNameMap[Tag] {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) element.setAttribute(name, value);
  element.append(...children);
  return element;
}

export function button(text: string, act: () => void, attributes: Readonly<Record<string, string>> = {}) {
  const element = h('button', { type: 'button', ...attributes }, text);
  element.addEventListener('click', act);
  return element;
}

/** The element that the page's HTML has under this id. */
export function byId(id: string): HTMLElement {
  return document.getElementById(id) as HTMLElement;
}

/** Writes only what is new: a reader's selection, and a screen reader's place, stay where they are. */
export function setText(element: HTMLElement, text: string): void {
  if (element.textContent !== text) element.textContent = text;
}

/** One entry of a list on the page, which is kept while its figures change. */
export interface Row<Item> {
  readonly element: HTMLElement;
  update(item: Item): void;
}

/** A list whose entries stay the same elements, so that no button vanishes under a finger or loses its focus. */
export class KeyedList<Item> {
  readonly #parent: HTMLElement;
  readonly #keyOf: (item: Item) => string;
  readonly #create: (key: string) => Row<Item>;
  readonly #rows = new Map<string, Row<Item>>();

  constructor(parent: HTMLElement, keyOf: (item: Item) => string, create: (key: string) => Row<Item>) {
    this.#parent = parent;
    this.#keyOf = keyOf;
    this.#create = create;
  }

  update(items: readonly Item[]): void {
    const keys = new Set(items.map(this.#keyOf));
    for (const [key, row] of this.#rows) {
      if (keys.has(key)) continue;
      row.element.remove();
      this.#rows.delete(key);
    }
    for (const [index, item] of items.entries()) {
      const key = this.#keyOf(item);
      const row = this.#rows.get(key) ?? this.#create(key);
      this.#rows.set(key, row);
      row.update(item);
      const there = this.#parent.children[index];
      if (there !== row.element) this.#parent.insertBefore(row.element, there ?? null);
    }
  }
}
