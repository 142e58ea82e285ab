// What a trained network can do: accuracy, confusion matrix, and the mistakes behind its cells.

const SUREST = 16; // mistakes shown at first

export const fill = (text, values) => text.replace(/\{(\w+)\}/g, (_, name) => values[name] ?? "");
const percent = (share) => `${(100 * share).toFixed(1)}%`;

function made(name, properties = {}, ...children) {
    const element = Object.assign(document.createElement(name), properties);
    element.append(...children);
    return element;
}

export class After {
    constructor(section, words) {
        Object.assign(this, { section, words });
        this.find = (selector) => section.querySelector(selector);
        section.addEventListener("click", ({ target }) => {
            const button = target.closest("td button");
            if (button) this.open(button);
        });
    }

    hide() {
        this.section.hidden = true;
    }

    show(finished, token, command) {
        const { words, find } = this;
        this.told = finished;
        find("#accuracy").textContent = percent(finished.accuracy);
        find("#tested").textContent = fill(words.test, { count: finished.test.toLocaleString(words.language) });
        find("#styles").hidden = true;
        find("#best").textContent = fill(words.best_epoch, finished);
        find("#download").href = `page/train/${token}/nnmodel.npz`;
        find("#command code").textContent = command;
        find("#interrupted").textContent = finished.stopped ? fill(words.command_stopped, { next: finished.epochs + 1 }) : "";
        this.matrix(finished.confusion);
        this.list(finished.mistakes.slice(0, SUREST), words.all);
        this.section.hidden = false;
    }

    styles(accuracy) {
        this.find("#styles").hidden = false;
        this.find("#styles strong").textContent = percent(accuracy);
    }

    matrix(confusion) {
        const { words } = this;
        const heads = confusion.map((_, digit) => made("th", { scope: "col", textContent: digit }));
        const corner = made("td", { ariaLabel: `${words.was} / ${words.said}` });
        corner.setAttribute("aria-hidden", "true");
        const most = Math.max(1, ...confusion.flatMap((row, label) => row.filter((_, answer) => answer !== label)));
        const rows = confusion.map((row, label) => made("tr", {}, made("th", { scope: "row", textContent: label }),
            ...row.map((count, answer) => this.cell(count, label, answer, most))));
        this.find("table").replaceChildren(made("thead", {}, made("tr", {}, corner, ...heads)), made("tbody", {}, ...rows));
    }

    cell(count, label, answer, most) {
        const cell = made("td");
        if (label === answer) cell.textContent = count;
        if (label === answer || !count) return cell;
        cell.style.setProperty("--share", Math.sqrt(count / most).toFixed(3));
        const button = made("button", { type: "button", textContent: count, ariaPressed: "false" });
        button.ariaLabel = fill(this.words.confusion_cell, { label, answer, count });
        Object.assign(button.dataset, { label, answer });
        cell.append(button);
        return cell;
    }

    // The digits behind a cell; pressed again, the surest of all.
    open(button) {
        const isOpen = button.ariaPressed === "true";
        for (const each of this.section.querySelectorAll("td button")) each.ariaPressed = "false";
        if (isOpen) return this.list(this.told.mistakes.slice(0, SUREST), this.words.all);
        button.ariaPressed = "true";
        const label = Number(button.dataset.label), answer = Number(button.dataset.answer);
        const found = this.told.mistakes.filter(([was, said]) => was === label && said === answer);
        this.list(found, fill(this.words.of_cell, { label, answer }));
    }

    list(mistakes, name) {
        const { words, told } = this;
        this.find("#which").textContent = mistakes.length ? name : words.no_mistakes;
        const list = this.find("#mistakes ul");
        const rows = Math.ceil(told.mistakes.length / told.columns);
        list.style.setProperty("--mistakes", `url(${told.picture})`);
        list.style.setProperty("--size", `${100 * told.columns}% ${100 * rows}%`);
        list.replaceChildren(...mistakes.map((mistake) => {
            const [label, answer, sure] = mistake;
            const at = told.mistakes.indexOf(mistake);
            const place = (index, count) => (count > 1 ? (100 * index) / (count - 1) : 0);
            const picture = made("i");
            picture.role = "img";
            picture.ariaLabel = fill(words.mistake, { label, answer, percent: `${Math.round(100 * sure)}%` });
            picture.style.setProperty("--place", `${place(at % told.columns, told.columns)}% ${place(Math.floor(at / told.columns), rows)}%`);
            const text = made("span", {}, made("b", { textContent: `${label} → ${answer}` }), ` ${Math.min(99, Math.round(100 * sure))}%`);
            text.setAttribute("aria-hidden", "true");
            return made("li", {}, picture, text);
        }));
    }
}
