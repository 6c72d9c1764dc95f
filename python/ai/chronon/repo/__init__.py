# SPDX-License-Identifier: Apache-2.0
# Where configs live in a repository: one source folder per class.

JOIN_FOLDER_NAME = "joins"
GROUP_BY_FOLDER_NAME = "group_bys"
STAGING_QUERY_FOLDER_NAME = "staging_queries"
TEAMS_FILE_PATH = "teams.json"
PRODUCTION_FOLDER = "production"
