/** The class of an entity; an abstract base class is one too. */
export type EntityClass = abstract new (...args: never[]) => object;
