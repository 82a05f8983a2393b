"""The app with badges behind a share link, whose tunnel is a name of this machine."""

import runpy
from pathlib import Path

from gradio import networking


def named_here(local_host: str, local_port: int, **_: object) -> str:
    return f"http://shared.localhost:{local_port}"


networking.setup_tunnel = named_here
outputs = runpy.run_path(str(Path(__file__).with_name("outputs.py")))

if __name__ == "__main__":
    outputs["demo"].launch(share=True, share_server_protocol="http")
