"""How the conversation is served: the page at `/`, the support page at `/console`."""

import os

# Gradio reads these when it is imported: without the first it calls out, and without the second it sums up all events
# since its start after each one of them
os.environ["GRADIO_ANALYTICS_ENABLED"] = "False"
os.environ["GRADIO_ANALYTICS_CACHE_FREQUENCY"] = str(10**9)
