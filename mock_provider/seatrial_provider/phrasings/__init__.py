"""How intents are said in tools: a folder for each intent, a file for each shape of tool."""
