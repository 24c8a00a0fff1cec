from gateway.code_keys import new_key
CODE_KEYS = new_key("test")
