"""Customers on hold by a button, without their managers' phones."""
