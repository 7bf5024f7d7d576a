"""What can be asked of a search on a terminal?"""
