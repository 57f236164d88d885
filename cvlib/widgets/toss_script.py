"""What moves a `cvlib.widgets.Toss` on a page: its `Tosses` and its `marks`, in JavaScript."""

__all__ = ["SCRIPT"]

SCRIPT = """(() => {
  const lab = document.currentScript?.closest("figure") ?? document.getElementById(%(name)s);
  const given = %(given)s, sliders = [...lab.querySelectorAll("input")];
  const count = n => n.toLocaleString("en-US");
  const sums = [0];
  const chance = (k, m) => {
    for (let i = sums.length; i <= m; i++) sums.push(sums[i - 1] + Math.log(i));
    return Math.exp(sums[m] - sums[k] - sums[m - k] - m * Math.LN2);
  };
  const set = (kind, values) => lab.querySelectorAll("." + kind).forEach(mark => {
    for (const [key, value] of Object.entries(values))
      key == "text" ? mark.textContent = value : mark.setAttribute(key, value);
  });
  function draw() {
    const [alone, a, b, at] = sliders.map(slider => +slider.value), n = given.sizes[at];
    const pictures = share => Math.floor(n * share / 100 + 0.5);
    const rightA = pictures(a), rightB = pictures(b), asked = pictures(alone);
    const least = Math.abs(rightA - rightB), most = Math.min(rightA + rightB, 2 * n - rightA - rightB);
    const atLeast = Math.max(asked, least), m = Math.min(atLeast + (atLeast - least) %% 2, most);
    const onlyA = (m + rightA - rightB) / 2, onlyB = m - onlyA, both = rightA - onlyA;
    let p = 0;
    for (let k = 0; k <= Math.min(onlyA, onlyB); k++) p += 2 * chance(k, m);
    p = Math.min(1, p);
    const limit = asked < least ? "; no fewer are possible" : asked > most ? "; no more are possible" : "";
    const said = p >= 0.001 ? `p = ${p.toFixed(3)}` : "p < 0.001";
    lab.querySelector(".says").textContent = `one alone is right on ${count(m)} pictures, A on ` +
      `${count(onlyA)} and B on ${count(onlyB)}: ${said}${limit}`;
    const texts = [alone.toFixed(1) + " %%", ...[a, b].map(share => share.toFixed(2) + " %%"), count(n)];
    sliders.forEach((slider, i) => {
      lab.querySelectorAll("output")[i].value = texts[i];
      slider.setAttribute("aria-valuetext", texts[i]);
    });
    const wide = part => given.width * part / n;
    set("only-a", {x: wide(both).toFixed(1), width: wide(onlyA).toFixed(1)});
    set("only-b", {x: wide(both + onlyA).toFixed(1), width: wide(onlyB).toFixed(1)});
    set("of-both", {text: `both right ${count(both)}`});
    set("of-neither", {text: `neither ${count(n - both - m)}`});
    const half = Math.max(2.25 * Math.sqrt(m), 0.55 * Math.abs(onlyA - onlyB), 2), start = m / 2 - half;
    const place = k => given.width * (k - start) / (2 * half), top = chance(Math.floor(m / 2), m);
    const stairs = (from, to) => {
      const step = Math.ceil(2 * half / given.steps), points = [];
      for (let k = from; k <= to; k += step) points.push(
        "V" + (given.foot - given.high * chance(k, m) / top).toFixed(1) +
        "H" + place(Math.min(k + step, to + 1) - 0.5).toFixed(1));
      const first = `M${place(from - 0.5).toFixed(1)} ${given.foot}`;
      return points.length ? first + points.join("") + `V${given.foot}Z` : "";
    };
    const low = Math.max(0, Math.ceil(start)), end = Math.min(m, Math.floor(m / 2 + half));
    const few = Math.min(onlyA, onlyB);
    set("coin", {d: stairs(low, end)});
    set("tails", {d: few * 2 == m ? stairs(low, end) : stairs(low, few) + stairs(m - few, end)});
    const line = place(onlyA).toFixed(1);
    set("fell", {x1: line, x2: line});
    set("fell-says", {x: line, text: `A ${count(onlyA)}`, "text-anchor": onlyA * 2 > m ? "end" : "start",
                      dx: onlyA * 2 > m ? "-5" : "5"});
    set("half-says", {text: count(m / 2)});
  }
  lab.querySelectorAll("[hidden]").forEach(part => part.hidden = false);
  lab.querySelector("details").open = false;
  sliders.forEach(slider => slider.addEventListener("input", draw));
})();"""
