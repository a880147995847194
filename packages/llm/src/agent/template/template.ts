import { parseTemplate } from "./parse-template.ts";
import { type Names, render } from "./render.ts";
import type { Node } from "./syntax.ts";

/**
 * A text with places that are filled in, in a small language like Jinja's, that reads and does nothing else:
 *
 *     You have {{ observation.me.wealth | fixed(2) }}.
 *     {% for seller, offer in observation.market.offers %}
 *     - {{ seller }} sells {{ offer.quantity }} for {{ offer.price }} each
 *     {% else %}
 *     Nobody sells anything.
 *     {% endfor %}
 */
export class Template {
  readonly #nodes: readonly Node[];
  readonly #used: ReadonlySet<string>;

  /**
   * @param file as errors name it
   * @param names what the template may show: another is refused here, before anything is shown
   * @throws TemplateError
   */
  constructor(text: string, file: string, names: readonly string[]) {
    const { nodes, used } = parseTemplate(text, file, names);
    this.#nodes = nodes;
    this.#used = used;
  }

  /** Whether it may show this. */
  uses(name: string): boolean {
    return this.#used.has(name);
  }

  /**
   * @returns the text, without blank lines around it
   * @throws TemplateError where something is not there, or cannot be shown
   */
  render(names: Names): string {
    return render(this.#nodes, names).trim();
  }
}
