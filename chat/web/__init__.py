"""How the conversation is served: the page at `/`, the support page at `/console`."""

import os

# Gradio reads this when it is imported, and calls out without it
os.environ["GRADIO_ANALYTICS_ENABLED"] = "False"
