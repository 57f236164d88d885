"""What moves a `cvlib.widgets.Grid` on a page: its `Windows.says` and its `marks`, in JavaScript."""

__all__ = ["SCRIPT"]

SCRIPT = """(() => {
  const lab = document.currentScript?.closest("figure") ?? document.getElementById("%(name)s");
  const sliders = [...lab.querySelectorAll("input")], of = (n, thing) => `${n} ${thing}${n == 1 ? "" : "s"}`;
  lab.querySelectorAll("[hidden]").forEach(part => part.hidden = false);
  lab.querySelector("details").open = false;
  const set = (kind, values) => lab.querySelectorAll("." + kind).forEach(mark => {
    for (const [key, value] of Object.entries(values)) mark.setAttribute(key, value);
  });
  const place = (panel, column, side, start) => set(panel, {transform: `translate(${column * %(step)d} 0) `
    + `scale(${(%(panel)d / side).toFixed(4)}) translate(${-start} ${-start})`});
  function draw() {
    const {size, before, after, kernel, stride} = Object.fromEntries(sliders.map(s => [s.name, +s.value]));
    const places = 1 + Math.floor((size + before + after - kernel) / stride);
    const end = stride * (places - 1) + kernel - before, low = -before, high = size + after;
    const starts = Array.from({length: places}, (_, at) => stride * at - before);
    const says = [`${places} windows a side`];
    if (before) says.push("the first begins with " + of(before, "zero"));
    says.push(end > size ? `the last reads ${end - size} of ${of(after, "zero")}`
      : end < size ? of(size - end, "pixel") + " at the end read by none" : "the last ends with the picture");
    lab.querySelector(".says").textContent = says.join("; ");
    sliders.forEach(slider => slider.nextElementSibling.value = slider.value);
    const missed = Math.max(size - end, 0), past = Math.min(end, size);
    set("ground", {x: low, y: low, width: high - low, height: high - low});
    set("zeros", {x: low, y: low, width: high - low, height: high - low});
    set("picture", {width: size, height: size});
    set("missed-right", {x: past, y: 0, width: missed, height: size});
    set("missed-below", {x: 0, y: past, width: past, height: missed});
    set("lattice", {d: starts.map(at => `M${at} ${low}V${high}M${low} ${at}H${high}`).join("")});
    const ends = {"near-first": starts[Math.min(1, places - 1)], "near-last": starts[Math.max(places - 2, 0)],
      "at-first": starts[0], "at-last": starts[places - 1]};
    for (const [kind, at] of Object.entries(ends)) set(kind, {x: at, y: at, width: kernel, height: kernel});
    place("whole", 0, size + 2 * %(beyond)d, -%(beyond)d);
    place("first", 1, %(corner)d, -%(beyond)d);
    place("last", 2, %(corner)d, size + %(beyond)d - %(corner)d);
  }
  sliders.forEach(slider => slider.addEventListener("input", draw));
})();"""
