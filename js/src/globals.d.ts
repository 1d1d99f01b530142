/** First digits of the build's input hash; keeps the style sheets of two versions on one page apart. */
declare const __INPUTS__: string;

/** What stands in a part for the address of the runtime, which only the page knows. */
declare const __RUNTIME__: string;

declare module "*.css" {
  const text: string;
  export default text;
}
