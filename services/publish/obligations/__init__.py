"""The obligation register (公开事项标准目录): what each body must publish, what fulfils it, what is due."""
