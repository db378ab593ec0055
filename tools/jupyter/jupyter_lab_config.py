"""JupyterLab for this project, by `make lab`: Chinese, at the project's root, with the exports that work here."""

import subprocess
import sys
from pathlib import Path

c = get_config()  # noqa: F821  given by traitlets

HERE = Path(__file__).resolve().parent
ROOT = HERE.parents[1]
OWN = ROOT / ".jupyter"  # what a user changes in the settings, and which files are open; git ignores it

c.ServerApp.root_dir = str(ROOT)
c.LabApp.default_url = "/lab"  # the files of the root; one that names a notebook would show its folder alone
c.LabApp.app_settings_dir = str(HERE / "settings")
c.LabApp.user_settings_dir = str(OWN / "settings")
c.LabApp.workspaces_dir = str(OWN / "workspaces")


def refresh(model, os_path, **_):
    """After a save: a notebook that was only run is no change for git; whoever saves does not wait for it."""
    if model["type"] == "notebook":
        subprocess.Popen(
            [sys.executable, str(ROOT / "tools" / "notebook_filter.py"), "refresh", os_path], cwd=ROOT
        )


c.FileContentsManager.post_save_hook = refresh

# Beside those of this kit the exports are offered that need nothing else. The others want LaTeX, a pandoc on the path, Qt,
# a browser or a template of one's own; slides load their program from the network. Each name stands for its family.
c.TemplateExporter.enabled = False
for name in ("HTML", "Markdown", "Python", "Script"):
    c[f"{name}Exporter"].enabled = True
for name in ("Slides", "QtPDF", "QtPNG", "WebPDF"):  # of the family of HTML
    c[f"{name}Exporter"].enabled = False
