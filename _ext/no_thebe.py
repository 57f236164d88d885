"""Leave out Jupyter Book's thebe scripts: they name an outside address and complain on every page."""


def drop_thebe(app, pagename, templatename, context, doctree):
    def is_thebe(script):
        body = (getattr(script, "attributes", None) or {}).get("body") or ""
        return "THEBE_JS_URL" in body or "sphinx-thebe.js" in str(getattr(script, "filename", script))

    context["script_files"] = [script for script in context.get("script_files", []) if not is_thebe(script)]


def setup(app):
    app.connect("html-page-context", drop_thebe, priority=900)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
