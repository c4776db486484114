"""What a person calls the device that they sign in on."""

BROWSERS = (
    ("Edg", "Edge"), ("OPR/", "Opera"), ("Firefox/", "Firefox"), ("FxiOS", "Firefox"), ("CriOS", "Chrome"),
    ("Chrome/", "Chrome"), ("Safari/", "Safari"),
)  # fmt: skip
SYSTEMS = (
    ("iPhone", "an iPhone"), ("iPad", "an iPad"), ("Android", "Android"), ("Windows", "Windows"), ("CrOS", "a Chromebook"),
    ("Macintosh", "a Mac"), ("Linux", "Linux"),
)  # fmt: skip


def device_of(agent: str) -> str:
    """Name browser and system by the browser's own words, which are enough to tell one's devices apart.

    >>> device_of("Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:145.0) Gecko/20100101 Firefox/145.0")
    'Firefox on Windows'
    >>> device_of("curl/8.5.0")
    'a browser'
    """
    browser = next((name for sign, name in BROWSERS if sign in agent), "a browser")
    system = next((f" on {name}" for sign, name in SYSTEMS if sign in agent), "")
    return browser + system
