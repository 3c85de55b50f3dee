"""How long recordings stay: rules of the settings, and legal holds that stand above them."""
