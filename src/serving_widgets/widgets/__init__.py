"""Widgets: endpoint browser, badge, controls and panel, log viewer, permissions editor, schema explorer."""
